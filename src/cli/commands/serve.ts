import { startServer } from '../../server/start.ts'
import { builtWeb } from '../../server/web-build.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { log, mailOf, publicUrlOf, serviceProcess, wholeNumber } from '../service-process.ts'

/** Serves the API and the web app, and unless told otherwise works at runs, until it is told to stop. */
export async function serveCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  await attempt(attemptOf(values), async () => {
    const web = values.web === false ? undefined : await builtWeb((what) => log('info', what))
    let url = ''
    await serviceProcess({
      values,
      migrate: true,
      worker: values.worker !== false,
      async beside(ctx) {
        const server = await startServer({
          ctx,
          host: typeof values.host === 'string' ? values.host : '127.0.0.1',
          port: values.port === '0' ? 0 : wholeNumber(values.port, '--port', 8080),
          publicUrl: publicUrlOf(values),
          proxied: values.proxied === true,
          logRequest: values.logRequests === true ? (line) => process.stdout.write(`${line}\n`) : undefined,
          web,
          mail: mailOf(values),
        })
        url = server.url
        return server
      },
      ready: () => `sluice listens on ${url}`,
    })
  })
}
