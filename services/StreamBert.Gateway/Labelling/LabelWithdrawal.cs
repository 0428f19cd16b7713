using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Withdraws labels that were given: it appends withdrawals of those that the log holds. Withdrawals contain no text and are not sealed, so
/// that they apply after an erasure, too.
/// </summary>
internal sealed class LabelWithdrawal(
    IEventLog log, AnnotationIndex annotations, PipelineCatalog pipelines, PrivacyFilter privacy, TimeProvider time)
{
    /// <summary>Withdraws the labels of an annotator on a text.</summary>
    /// <param name="id">The id of the text.</param>
    /// <param name="pipeline">The pipeline; null: the one in which the annotator has labelled the text.</param>
    /// <param name="head">The head; null: all that the annotator has labelled.</param>
    /// <param name="annotator">The annotator; null: the sender.</param>
    /// <param name="sender">The person or program that withdraws.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The heads whose labels were withdrawn; empty if the annotator has no such label.</returns>
    /// <exception cref="InvalidRequestException">The sender may not name the annotator, or there is no such pipeline.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be read or written.</exception>
    public async Task<IReadOnlyList<string>> WithdrawAsync(
        string id, string? pipeline, string? head, string? annotator, FeedbackSender sender, CancellationToken cancellation)
    {
        Validate(pipeline, annotator, sender);
        await annotations.ReadAsync(cancellation);
        var now = time.GetUtcNow();
        var given = Find(id, pipeline, head, string.IsNullOrWhiteSpace(annotator) ? sender.Name : annotator, now).ToList();
        if (given.Count > 0)
            await log.AppendAsync([.. given.Select(item => EventRecord.Create(Topics.Feedback, item.Id, item, now))], cancellation);
        return [.. given.Select(static withdrawal => withdrawal.Head).Distinct()];
    }

    private void Validate(string? pipeline, string? annotator, FeedbackSender sender)
    {
        if (sender.ValidateAnnotator(annotator) is { } error)
            throw Invalid("annotator", error);
        if (pipeline is not null && pipelines.Find(pipeline) is null)
            throw Invalid("pipeline", pipelines.DescribeUnknown(pipeline));
    }

    /// <summary>
    /// Returns the withdrawals of the labels that are stored, under the names under which they are stored. The clock of an annotation tool
    /// may be ahead: a withdrawal is never before its label.
    /// </summary>
    private IEnumerable<FeedbackWithdrawn> Find(
        string id, string? pipeline, string? head, string annotator, DateTimeOffset now) =>
        from of in pipelines.All
        where pipeline is null || of.Name == pipeline
        from ofHead in of.Heads
        where head is null || ofHead == head
        from stored in privacy.StoredIdsOf(id)
        from name in new[] { annotator, privacy.Pseudonymize(of.Name, annotator) }.Distinct()
        let givenAt = annotations.FindTime(of.Name, stored, ofHead, name)
        where givenAt is not null
        select new FeedbackWithdrawn
        {
            Id = stored,
            Pipeline = of.Name,
            Head = ofHead,
            Annotator = name,
            OccurredAt = givenAt > now ? givenAt.Value : now,
        };

    private static InvalidRequestException Invalid(string field, string error) =>
        new(new Dictionary<string, string> { [field] = error });
}
