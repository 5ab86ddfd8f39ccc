/** A mail server that takes everything and keeps it, over real SMTP. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export interface MailServer extends AsyncDisposable {
  /** `smtp://127.0.0.1:1234` */
  readonly url: string
  /** As they came, with their heads. */
  readonly letters: string[]
}

export async function startMailServer(): Promise<MailServer> {
  const letters: string[] = []
  const server = createServer((socket) => void talk(socket, letters).catch(() => socket.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

async function talk(socket: Socket, letters: string[]): Promise<void> {
  const say = (line: string) => socket.write(`${line}\r\n`)
  say('220 test')
  let letter: string[] | undefined
  for await (const line of createInterface(socket)) {
    if (letter) {
      if (line !== '.') {
        letter.push(line)
        continue
      }
      letters.push(letter.join('\n'))
      letter = undefined
      say('250 taken')
    } else if (/^DATA/i.test(line)) {
      letter = []
      say('354 go on')
    } else if (/^QUIT/i.test(line)) {
      say('221 bye')
      socket.end()
    } else {
      say('250 ok')
    }
  }
}
