import { useUser } from "@clerk/react";
import { useState } from "react";

import { useApi } from "./api";

export function Dashboard() {
  const { user } = useUser();
  const api = useApi();
  const [answer, setAnswer] = useState("");

  async function call() {
    setAnswer("…");
    try {
      const response = await api("/api/me");
      setAnswer(`${response.status}\n${JSON.stringify(await response.json(), null, 2)}`);
    } catch (error) {
      setAnswer(String(error));
    }
  }

  return (
    <section id="dashboard">
      <h1>Hello{user?.firstName && `, ${user.firstName}`}</h1>
      <p>Calls <code>GET /api/me</code> with a fresh token. The server says who is asking.</p>
      <p><button className="button" type="button" onClick={call}>Call the API</button></p>
      {answer && <pre id="api-answer" role="status">{answer}</pre>}
    </section>
  );
}
