import { useAuth } from "@clerk/react";
import { useCallback } from "react";

/** `fetch` for the API of this app, with a session token that is valid now. */
export function useApi() {
  const { getToken } = useAuth();
  return useCallback(
    async (path: `/api/${string}`, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      const token = await getToken();
      if (token) headers.set("Authorization", `Bearer ${token}`);
      return fetch(path, { ...init, headers });
    },
    [getToken],
  );
}
