using System.Text;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;

namespace StreamBert.Inference.Working;

/// <summary>
/// Answers which tokens the model of a pipeline reads in a text. It has a topic and a group of its own: nothing is classified, so these
/// questions are no texts
/// of the stream and stand in no ledger.
/// </summary>
internal sealed class TokenLoop(
    IEventLog log, string group, PipelineCatalog pipelines, IReadOnlyDictionary<string, ModelServer> servers,
    TextGuard guard, FaultyRecords faults, InferenceOptions options, TimeProvider time, ILogger<TokenLoop> logger)
{
    private const string Reader = "tokenize";

    private static readonly IReadOnlyDictionary<string, byte[]> Headers = Wire.HeadersFor<TokensAnswered>();
    private string? _failure;

    /// <summary>After an error it joins again; what was not committed is then asked again.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var reader = await log.JoinAsync(group, [Topics.Tokenize], stopping);
                await AnswerAllAsync(reader, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (e.Message != _failure) // an outage is told once
                {
                    logger.LogWarning(
                        e,
                        "Consumer group {Group} failed; it joins again every {Seconds} s",
                        group,
                        options.RetryDelay.TotalSeconds);
                }

                _failure = e.Message;
                await Task.Delay(options.RetryDelay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task AnswerAllAsync(IGroupReader reader, CancellationToken stopping)
    {
        while (true)
        {
            var batch = await reader.ReadAsync(options.ReadSize, stopping);
            _failure = null;
            try
            {
                await reader.CommitAsync(batch, [.. batch.Records.Select(Answer).OfType<NewRecord>()], stopping);
            }
            catch (BatchRevokedException e)
            {
                logger.LogDebug(e, "Consumer group {Group} lost partitions; another worker answers", group);
            }
        }
    }

    /// <returns>Null where nobody awaits an answer any more; a dead letter where the record is no question.</returns>
    private NewRecord? Answer(LogRecord record)
    {
        if (EventReader.Read<TokensAsked>(record, out var asked, time.GetUtcNow()) is { } fault)
        {
            faults.Report(Reader, record.Position, fault, "It goes to the dead letters; nobody can be answered.");
            return RecordLetters.Of(record, fault, guard, pipelines.Limits, time.GetUtcNow());
        }
        return asked.Deadline <= time.GetUtcNow() ? null
            : new(Topics.Tokens, Encoding.UTF8.GetBytes(asked.Id), Fitting(Tokenize(asked)), time.GetUtcNow()) { Headers = Headers };
    }

    /// <summary>An answer that no record can hold is an error to whoever asked, and holds up nobody else.</summary>
    private static byte[] Fitting(TokensAnswered answer) => Wire.Serialize(answer) is { Length: <= RecordLetters.MaxBytes } json ? json
        : Wire.Serialize(new TokensAnswered { Id = answer.Id, Error = "The text has more tokens than an answer can hold." });

    private TokensAnswered Tokenize(TokensAsked asked)
    {
        if (pipelines.Find(asked.Pipeline) is not { } pipeline)
        {
            return new()
            {
                Id = asked.Id,
                Error = $"This worker has no pipeline '{asked.Pipeline}'; give all services the same Pipelines."
            };
        }

        if (!servers.TryGetValue(pipeline.Model, out var server))
            return new() { Id = asked.Id, Error = $"No version of the model '{pipeline.Model}' is here yet." };
        try
        {
            using var lease = server.Slot.Acquire();
            return new() { Id = asked.Id, Tokens = lease.Model.Tokenize(asked.Text, asked.WithSpecialTokens) };
        }
        catch (Exception e)
        {
            return new() { Id = asked.Id, Error = $"The text cannot be tokenized: {e.Message}" };
        }
    }
}
