using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Reading;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Puts texts into the input topics of their pipelines, as far as their privacy settings let them be stored.</summary>
public sealed class TextAppender(IEventLog log, PipelineCatalog pipelines, PrivacyFilter guard, SubjectVault vault, TimeProvider time)
{
    private static readonly FieldMapping OurFields = new();
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>Validates all, then appends all at once; when it returns they are durable.</summary>
    /// <param name="pipeline">For texts that name none; null: the first configured.</param>
    /// <returns>The ids, in order.</returns>
    /// <exception cref="InvalidRequestException">A text is not valid; none was written.</exception>
    /// <exception cref="TextTooLargeException">A text is longer than its pipeline takes; none was written.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; send them again.</exception>
    public async Task<IReadOnlyList<string>> AppendAsync(
        IReadOnlyList<TextRequest> texts,
        string? pipeline,
        CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var errors = Validate(texts, pipeline, now);
        if (errors.Count > 0) throw new InvalidRequestException(errors);

        var received = texts.Select(text => (Pipeline: Pipeline(text.Pipeline ?? pipeline)!, Event: ToEvent(text, now))).ToList();
        Refuse(received.Select(sent => Rejection.Of(pipelines.Limits.Validate(sent.Event, OurFields, sent.Pipeline.MaxTextBytes))));
        var admitted = received.ConvertAll(sent => sent with { Event = guard.RedactForLog(sent.Pipeline, sent.Event) });
        var records = admitted.ConvertAll(sent => (sent.Pipeline, sent.Event.Subject, Record: guard.ToRecord(sent.Pipeline, sent.Event)));
        Refuse(records.Select(sent => RecordParser.Validate(sent.Record, sent.Pipeline, pipelines.Limits)));
        await log.AppendAsync(vault.Seal(records), cancellation);
        return [.. admitted.Select(static sent => sent.Event.Id)];
    }

    /// <summary>
    /// What a worker would dead-letter is refused here, by the same rules: first as it was sent, so that nobody works on fields that are
    /// too large, then as it
    /// would be written, in which placeholders and escapes may have made it larger.
    /// </summary>
    /// <exception cref="InvalidRequestException">A field of a text is not one that a worker would take.</exception>
    /// <exception cref="TextTooLargeException">A text is longer than its pipeline takes.</exception>
    private static void Refuse(IEnumerable<Rejection?> rejections)
    {
        var errors = new Dictionary<string, string>();
        foreach (var (index, rejection) in rejections.Index())
        {
            if (rejection?.Reason == DeadLetterReasons.TextTooLarge)
                throw new TextTooLargeException($"[{index}]: {rejection.Detail}");
            else if (rejection is not null)
                errors[$"[{index}]{(string.IsNullOrEmpty(rejection.Field) ? "" : $".{rejection.Field}")}"] = rejection.Detail;
        }

        if (errors.Count > 0) throw new InvalidRequestException(errors);
    }

    /// <summary>The pipeline of that name, the first configured for null; null if there is none.</summary>
    public PipelineOptions? Pipeline(string? name) => name is null ? pipelines.All[0] : pipelines.Find(name);

    /// <summary>What is to be said of a pipeline that there is not.</summary>
    public string UnknownPipeline(string? name) =>
        $"There is no pipeline '{Excerpt.Quote(name ?? "")}'; configured: {string.Join(", ", pipelines.All.Select(static pipeline => pipeline.Name))}.";

    /// <exception cref="TextTooLargeException">The text is longer than the pipeline takes.</exception>
    internal static void CheckSize(PipelineOptions pipeline, string text, string field)
    {
        if (FieldLimits.ValidateText(field, text, pipeline.MaxTextBytes) is { } fault) throw new TextTooLargeException(fault.Detail);
    }

    /// <summary>A record whose answer is awaited, if a worker would take it.</summary>
    /// <exception cref="TextTooLargeException">The text is longer than the pipeline takes.</exception>
    internal static NewRecord Checked(NewRecord record, PipelineOptions pipeline, FieldLimits limits) =>
        RecordParser.Validate(record, pipeline, limits) is { } rejection ? throw new TextTooLargeException(rejection.Detail) : record;

    private Dictionary<string, string> Validate(IReadOnlyList<TextRequest> texts, string? pipeline, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string>();
        var ids = new HashSet<string>();
        for (var index = 0; index < texts.Count; index++)
        {
            var (text, field) = (texts[index], $"[{index}]");
            if (text.Text is null) errors[$"{field}.text"] = "is missing; every text needs one.";
            if (text.Id is { } id && (id.Length == 0 || !ids.Add(id)))
            {
                errors[$"{field}.id"]
                    = "must not be empty, and must differ from the other ids of the request; leave it out to have one made.";
            }

            if (text.OccurredAt > now + MaxAhead)
            {
                errors[$"{field}.occurredAt"]
                    = "lies more than a day ahead, which would close every window before it; send the time at which the text was written.";
            }

            if (Pipeline(text.Pipeline ?? pipeline) is null)
                errors[$"{field}.pipeline"] = UnknownPipeline(text.Pipeline ?? pipeline);
        }
        return errors;
    }

    private static TextReceived ToEvent(TextRequest text, DateTimeOffset now) => new()
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
