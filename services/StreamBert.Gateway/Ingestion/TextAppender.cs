using System.Diagnostics;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Reading;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Appends texts to the input topics of their pipelines, after redaction and sealing.</summary>
public sealed class TextAppender(IEventLog log, PipelineCatalog pipelines, PrivacyFilter privacy, SubjectVault vault, TimeProvider time)
{
    /// <summary>Describes an event time in the future.</summary>
    internal const string IsAhead = "is more than one day ahead, which would close every window before it; send the time at which the text "
        + "was written.";

    /// <summary>The most that an event time may be in the future.</summary>
    internal static readonly TimeSpan MaxTimeAhead = TimeSpan.FromDays(1);

    private static readonly FieldMapping OwnFields = new();

    /// <summary>Validates all texts, then appends them together. When it returns they are durable.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="pipeline">The pipeline of texts that name none; null for the first one.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The ids in the order of the texts.</returns>
    /// <exception cref="InvalidRequestException">A text is invalid; none was appended.</exception>
    /// <exception cref="TextTooLargeException">A text is larger than its pipeline accepts; none was appended.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; send the texts again.</exception>
    public async Task<IReadOnlyList<string>> AppendAsync(
        IReadOnlyList<TextRequest> texts, string? pipeline, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        Validate(texts, pipeline, now);
        var received = texts.Select(text => (Pipeline: FindPipeline(text.Pipeline ?? pipeline)!, Event: CreateEvent(text, now))).ToList();
        Reject(received.Select(item => Rejection.Of(pipelines.Limits.Validate(item.Event, OwnFields, item.Pipeline.MaxTextBytes))));
        var admitted = received.ConvertAll(item => item with { Event = privacy.RedactForLog(item.Pipeline, item.Event) });
        using var span = Telemetry.Source("Gateway").StartActivity("append texts", ActivityKind.Producer);
        span?.SetTag("streambert.texts", admitted.Count);
        var records = admitted.ConvertAll(item => (
            item.Pipeline, item.Event.Subject, Record: RecordTrace.WithCurrent(privacy.ToRecord(item.Pipeline, item.Event))));
        Reject(records.Select(item => RecordParser.Validate(item.Record, item.Pipeline, pipelines.Limits)));
        await log.AppendAsync(vault.Seal(records), cancellation);
        return [.. admitted.Select(static item => item.Event.Id)];
    }

    /// <summary>Finds a pipeline by its name; null if it does not exist.</summary>
    /// <param name="name">The name; null for the first pipeline.</param>
    public PipelineOptions? FindPipeline(string? name) => name is null ? pipelines.All[0] : pipelines.Find(name);

    /// <summary>Describes that a pipeline does not exist.</summary>
    public string DescribeUnknownPipeline(string? name) =>
        $"There is no pipeline '{Excerpt.Quote(name ?? "")}'; the configured ones are "
            + $"{string.Join(", ", pipelines.All.Select(static p => p.Name))}.";

    /// <exception cref="TextTooLargeException">The text is larger than the pipeline accepts.</exception>
    internal static void CheckSize(PipelineOptions pipeline, string text, string field)
    {
        if (FieldLimits.ValidateText(field, text, pipeline.MaxTextBytes) is { } fault)
            throw new TextTooLargeException(fault.Detail);
    }

    /// <summary>Checks that a worker accepts the record of an interactive text.</summary>
    /// <exception cref="TextTooLargeException">The worker would reject it.</exception>
    internal static void CheckRecord(NewRecord record, PipelineOptions pipeline, FieldLimits limits)
    {
        if (RecordParser.Validate(record, pipeline, limits) is { } rejection)
            throw new TextTooLargeException(rejection.Detail);
    }

    /// <summary>
    /// Rejects by the rules of the workers what they would dead-letter. The texts are checked as sent, before anybody works on oversized
    /// fields, and again as they
    /// are written, because placeholders and escapes may enlarge them.
    /// </summary>
    /// <exception cref="InvalidRequestException">A worker would not accept a field.</exception>
    /// <exception cref="TextTooLargeException">A text is larger than its pipeline accepts.</exception>
    internal static void Reject(IEnumerable<Rejection?> rejections)
    {
        var errors = new RequestErrors();
        foreach (var (index, rejection) in rejections.Index())
        {
            if (rejection?.Reason == DeadLetterReasons.TextTooLarge)
                throw new TextTooLargeException($"[{index}]: {rejection.Detail}");
            if (rejection is not null)
                errors.Add(index, rejection.Field, rejection.Detail);
        }
        errors.ThrowIfAny();
    }

    private void Validate(IReadOnlyList<TextRequest> texts, string? pipeline, DateTimeOffset now)
    {
        var (errors, ids) = (new RequestErrors(), new HashSet<string>());
        foreach (var (index, text) in texts.Index())
        {
            if (text.Text is null)
                errors.Add(index, "text", "is missing; every text needs one.");
            if (text.Id is { } id && (id.Length == 0 || !ids.Add(id)))
                errors.Add(index, "id", "must not be empty and must be unique within the request; leave it out to have one generated.");
            if (text.OccurredAt > now + MaxTimeAhead)
                errors.Add(index, "occurredAt", IsAhead);
            if (FindPipeline(text.Pipeline ?? pipeline) is null)
                errors.Add(index, "pipeline", DescribeUnknownPipeline(text.Pipeline ?? pipeline));
        }
        errors.ThrowIfAny();
    }

    private static TextReceived CreateEvent(TextRequest text, DateTimeOffset now) => new()
    {
        Id = text.Id ?? Guid.CreateVersion7(now).ToString(),
        Text = text.Text,
        Source = text.Source ?? "api",
        Subject = text.Subject,
        Language = text.Language,
        OccurredAt = text.OccurredAt ?? now,
        Attributes = text.Attributes?.Where(static attribute => attribute.Value is not null).ToDictionary() ?? [],
        Notes = text.Notes,
    };
}
