using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;

namespace StreamBert.Gateway.Commands;

/// <summary>Puts texts into the input topics of their pipelines, as far as their privacy settings let them be stored.</summary>
public sealed class TextIntake(IEventLog log, PipelineCatalog pipelines, TextGuard guard, SubjectVault vault, TimeProvider time)
{
    private const int MaxIdLength = 256;
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>Validates all, then appends all at once; when it returns they are durable.</summary>
    /// <param name="pipeline">For texts that name none; null: the first configured.</param>
    /// <returns>The ids, in order.</returns>
    /// <exception cref="InvalidSubmissionException">A text is not valid; none was written.</exception>
    /// <exception cref="TextTooLargeException">A text is longer than its pipeline takes; none was written.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; send them again.</exception>
    public async Task<IReadOnlyList<string>> AppendAsync(IReadOnlyList<TextSubmission> texts, string? pipeline, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var errors = Validate(texts, pipeline, now);
        if (errors.Count > 0) throw new InvalidSubmissionException(errors);

        var received = texts.Select(text => (Text: ToEvent(text, now), Pipeline: Pipeline(text.Pipeline ?? pipeline)!))
            .Select(sent => sent with { Text = guard.Admit(sent.Pipeline, sent.Text) }).ToList();
        await log.AppendAsync(
            vault.Seal([.. received.Select(sent => (sent.Pipeline, sent.Text.Subject, ToRecord(sent.Text, sent.Pipeline.Inputs[0])))]), cancellation);
        return [.. received.Select(sent => sent.Text.Id)];
    }

    /// <summary>The pipeline of that name, the first configured for null; null if there is none.</summary>
    public PipelineOptions? Pipeline(string? name) => name is null ? pipelines.All[0] : pipelines.Find(name);

    /// <summary>What is to be said of a pipeline that there is not.</summary>
    public string UnknownPipeline(string? name) =>
        $"There is no pipeline '{name}'; configured: {string.Join(", ", pipelines.All.Select(pipeline => pipeline.Name))}.";

    /// <exception cref="TextTooLargeException">The text is longer than the pipeline takes.</exception>
    internal static void CheckSize(PipelineOptions pipeline, string text, string field)
    {
        if (Encoding.UTF8.GetByteCount(text) is var bytes && bytes > pipeline.MaxTextBytes)
            throw new TextTooLargeException(
                $"{field} has {bytes:N0} bytes in UTF-8; the pipeline '{pipeline.Name}' takes {pipeline.MaxTextBytes:N0} (Pipelines:*:MaxTextBytes). Split or shorten it.");
    }

    internal static NewRecord ToRecord(TextReceived text, string topic) =>
        new(topic, Encoding.UTF8.GetBytes(text.Subject ?? text.Id), Wire.Serialize(text), text.OccurredAt) { Headers = Wire.HeadersFor<TextReceived>() };

    private Dictionary<string, string> Validate(IReadOnlyList<TextSubmission> texts, string? pipeline, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string>();
        var ids = new HashSet<string>();
        for (var index = 0; index < texts.Count; index++)
        {
            var (text, field) = (texts[index], $"[{index}]");
            if (text.Text is null) errors[$"{field}.text"] = "is missing; every text needs one.";
            if (text.Id is { } id && (id.Length is 0 or > MaxIdLength || !ids.Add(id)))
                errors[$"{field}.id"] = $"must be 1 to {MaxIdLength} characters and differ from the other ids of the request; leave it out to have one made.";
            if (text.OccurredAt > now + MaxAhead)
                errors[$"{field}.occurredAt"] = "lies more than a day ahead, which would close every window before it; send the time at which the text was written.";
            if (Pipeline(text.Pipeline ?? pipeline) is not { } known)
                errors[$"{field}.pipeline"] = UnknownPipeline(text.Pipeline ?? pipeline);
            else if (text.Text is not null)
                CheckSize(known, text.Text, $"{field}.text");
        }
        return errors;
    }

    private static TextReceived ToEvent(TextSubmission text, DateTimeOffset now) => new()
    {
        Id = text.Id ?? Guid.CreateVersion7(now).ToString(),
        Text = text.Text,
        Source = text.Source ?? "api",
        Subject = text.Subject,
        Language = text.Language,
        OccurredAt = text.OccurredAt ?? now,
        Attributes = text.Attributes?.Where(attribute => attribute.Value is not null).ToDictionary() ?? [],
        Notes = text.Notes,
    };
}
