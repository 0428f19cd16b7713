using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Working;

/// <summary>
/// Answers which tokens the model of a pipeline reads in a text. It has a topic and a group of its own: nothing is classified, so these questions are no texts
/// of the stream and stand in no ledger.
/// </summary>
internal sealed class TokenLoop(
    IEventLog log, string group, PipelineCatalog pipelines, IReadOnlyDictionary<string, ModelServer> servers,
    InferenceOptions options, TimeProvider time, ILogger<TokenLoop> logger)
{
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
                    logger.LogWarning(e, "Consumer group {Group} failed; it joins again every {Seconds} s", group, options.RetryDelay.TotalSeconds);
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

    /// <returns>Null where nobody awaits an answer any more, or nobody can be answered.</returns>
    private NewRecord? Answer(LogRecord record)
    {
        if (Read(record) is not { } asked || asked.Deadline <= time.GetUtcNow())
            return null;
        var answer = Tokenize(asked);
        return new(Topics.Tokens, Encoding.UTF8.GetBytes(asked.Id), Wire.Serialize(answer), time.GetUtcNow()) { Headers = Headers };
    }

    private TokensAnswered Tokenize(TokensAsked asked)
    {
        if (pipelines.Find(asked.Pipeline) is not { } pipeline)
            return new() { Id = asked.Id, Error = $"This worker has no pipeline '{asked.Pipeline}'; give all services the same Pipelines." };
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

    /// <summary>Null for bytes that are no question of this version.</summary>
    private static TokensAsked? Read(LogRecord record)
    {
        try
        {
            return record.Value is null ? null : Wire.Deserialize<TokensAsked>(record.Value);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
