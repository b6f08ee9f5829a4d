// The API panel of the dashboard.

import { fetchWithToken } from "./clerk.js";

const answer = document.getElementById("api-answer");

document.getElementById("call-api").addEventListener("click", async () => {
  answer.hidden = false;
  answer.textContent = "…";
  try {
    const response = await fetchWithToken("/api/me");
    answer.textContent = `${response.status}\n${JSON.stringify(await response.json(), null, 2)}`;
  } catch (error) {
    answer.textContent = error.message;
  }
});
