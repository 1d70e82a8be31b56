/** The letters of what Kubernetes adds to a name (`k8s.io/apimachinery/pkg/util/rand`). */
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

function write(number: number, length: number): string {
  let text = "";
  for (let rest = number; text.length < length; rest = Math.floor(rest / LETTERS.length)) {
    text = (LETTERS[rest % LETTERS.length] as string) + text;
  }
  return text;
}

/** The name that the Deployment `web` gives a pod. @param revision and @param pod numbers of the test's own */
export function podOfRevision(revision: number, pod: number): string {
  return `web-${write(revision, 10)}-${write(pod, 5)}`;
}
