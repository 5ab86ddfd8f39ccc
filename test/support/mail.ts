/** A mail server that takes everything and keeps it. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

export interface MailServer extends AsyncDisposable {
  readonly url: string
  /** As they came, headers and all. */
  readonly letters: string[]
}

export async function mailServer(): Promise<MailServer> {
  const letters: string[] = []
  const server = createServer((socket) => {
    let inside = false
    let text = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    const take = (line: string) => {
      if (inside) {
        if (line !== '.') text += `${line}\n`
        else {
          letters.push(text)
          text = ''
          inside = false
          say('250 taken')
        }
        return
      }
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'DATA') {
        inside = true
        say('354 go on')
      } else if (verb === 'QUIT') {
        say('221 bye')
        socket.end()
      } else say('250 good')
    }
    let rest = ''
    say('220 test')
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      const lines = (rest + bytes.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letters,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
