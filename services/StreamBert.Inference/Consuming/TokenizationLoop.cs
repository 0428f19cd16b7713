using System.Text;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Inference.Consuming;

/// <summary>
/// Answers tokenization requests with the tokens that the model of a pipeline reads in a text. Requests have a topic and a consumer group
/// of their own and are not part of the ledger, since nothing is classified.
/// </summary>
internal sealed class TokenizationLoop(
    IEventLog log, string group, PipelineCatalog pipelines, IReadOnlyDictionary<string, ModelServer> servers,
    PrivacyFilter privacy, UnusableRecords unusable, InferenceOptions options, Supervisor supervisor, TimeProvider time,
    ILogger<TokenizationLoop> logger)
{
    private const string Reader = "tokenize";

    private static readonly IReadOnlyDictionary<string, byte[]> Headers = EventRecord.HeadersFor<TokenizationCompleted>();

    /// <summary>Runs until stopped. After an error the group is joined again, and uncommitted requests are answered again.</summary>
    public Task RunAsync(CancellationToken stopping) => supervisor.RunAsync(
        SupervisedTask.WithDelay($"Consumer group {group}", options.RetryDelay), AnswerAllAsync, stopping);

    private async Task AnswerAllAsync(CancellationToken stopping)
    {
        await using var reader = await log.JoinAsync(group, [Topics.Tokenize], stopping);
        while (true)
        {
            var batch = await reader.ReadAsync(options.ReadSize, stopping);
            try
            {
                await reader.CommitAsync(batch, [.. batch.Records.Select(Answer).OfType<NewRecord>()], stopping);
            }
            catch (BatchRevokedException e)
            {
                logger.LogDebug(e, "Consumer group {Group} lost partitions; another worker answers their requests", group);
            }
        }
    }

    /// <returns>The response; null where the deadline has passed; a dead letter where the record is not a request.</returns>
    private NewRecord? Answer(LogRecord record)
    {
        if (EventReader.Read<TokenizationRequested>(record, out var request, time.GetUtcNow()) is { } fault)
        {
            unusable.Report(Reader, record.Position, fault, "It becomes a dead letter and gets no response.");
            return DeadLetterFactory.Create(record, fault, privacy, pipelines.Limits, time.GetUtcNow());
        }
        return request.Deadline <= time.GetUtcNow() ? null
            : new(Topics.Tokens, Encoding.UTF8.GetBytes(request.Id), Serialize(Tokenize(request)), time.GetUtcNow()) { Headers = Headers };
    }

    /// <summary>Serializes a response. One over the size limit of a record is replaced by an error.</summary>
    private static byte[] Serialize(TokenizationCompleted response) => Wire.Serialize(response) is { Length: <= NewRecord.MaxBytes } json
        ? json
        : Wire.Serialize(new TokenizationCompleted { Id = response.Id, Error = "The text has more tokens than a response can hold." });

    private TokenizationCompleted Tokenize(TokenizationRequested request)
    {
        if (pipelines.Find(request.Pipeline) is not { } pipeline)
            return Error(request, $"This worker has no pipeline '{request.Pipeline}'; configure the same Pipelines for all services.");
        if (!servers.TryGetValue(pipeline.Model, out var server))
            return Error(request, $"No version of the model '{pipeline.Model}' is available yet.");
        try
        {
            using var lease = server.Slot.Acquire();
            return new() { Id = request.Id, Tokens = lease.Model.Tokenize(request.Text, request.WithSpecialTokens) };
        }
        catch (Exception e)
        {
            return Error(request, $"The text cannot be tokenized: {e.Message}");
        }
    }

    private static TokenizationCompleted Error(TokenizationRequested request, string error) => new() { Id = request.Id, Error = error };
}
