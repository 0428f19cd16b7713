using System.Runtime.CompilerServices;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Operations.Verification;

/// <summary>
/// Verifies from the log alone that every committed text has exactly one outcome, a prediction or a dead letter; that every prediction
/// has its copies on routes;
/// that the outputs of a partition are in the order of its records; and that Monitoring and Training wrote no event twice. It may run
/// beside the services:
/// what they commit after its start counts as in flight. It checks the checksum of every record that it reads.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="pipelines">The pipelines of the services, which name the input topics.</param>
public sealed class LogVerifier(IEventLog log, PipelineCatalog pipelines)
{
    /// <summary>Verifies the log and yields progress and findings as they occur, and the report as the last line.</summary>
    /// <param name="request">What to verify.</param>
    /// <param name="cancellation">Cancels the verification.</param>
    /// <exception cref="VerificationException">The request names a pipeline, topic or partition that does not exist.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public async IAsyncEnumerable<VerificationLine> RunAsync(
        VerificationRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var scope = await VerificationScope.ReadAsync(log, pipelines, request, cancellation);
        await foreach (var line in new VerificationRun(log, pipelines, request, scope).RunAsync(cancellation))
            yield return line;
    }
}
