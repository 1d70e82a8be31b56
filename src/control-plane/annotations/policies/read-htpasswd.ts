/** Name → hash of a password. */
export type Users = Readonly<Record<string, string>>;

/** The lines of a file that htpasswd wrote, read as NGINX's auth_basic_user_file: the first line of a name counts. */
export function readHtpasswd(text: string): Users {
  const users = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [name = "", hash] = line.split(":");
    if (name !== "" && !name.startsWith("#") && hash !== undefined && !users.has(name)) users.set(name, hash);
  }
  return Object.fromEntries(users);
}
