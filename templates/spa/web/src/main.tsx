import { ClerkProvider, type ClerkProviderProps } from "@clerk/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { navigate } from "wouter/use-browser-location";

import { App } from "./App";
import "./style.css";

const root = document.getElementById("root")!;

// The colours of style.css, light and dark. What else can be changed: clerk.com/docs, "Appearance".
const appearance = {
  variables: {
    colorPrimary: "var(--site-accent)",
    colorPrimaryForeground: "var(--on-accent)",
    colorForeground: "var(--text)",
    colorMutedForeground: "var(--muted)",
    colorBackground: "var(--surface)",
    colorInput: "var(--background)",
    colorInputForeground: "var(--text)",
    colorNeutral: "var(--text)",
    fontFamily: "inherit",
  },
};

// Keys and addresses come from the server, so one build works with every Clerk application.
async function settings(): Promise<ClerkProviderProps> {
  const answer = await fetch("/api/clerk");
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

function show(clerk: ClerkProviderProps) {
  createRoot(root).render(
    <StrictMode>
      <ClerkProvider
        {...clerk}
        appearance={appearance}
        // A link to the sign-in page can name any address to go on to.
        allowedRedirectOrigins={[location.origin]}
        routerPush={(to) => navigate(to)}
        routerReplace={(to) => navigate(to, { replace: true })}
        telemetry={false}
      >
        <App />
      </ClerkProvider>
    </StrictMode>,
  );
}

settings().then(show, (error) => {
  root.textContent = `This page could not be made: ${error.message}.`;
});
