using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Chooses the texts that annotators should label: the random sample, or the best by a strategy among the last predictions of a pipeline.
/// Near-duplicates are one text, and what needs no label of the annotator is left out.
/// </summary>
internal sealed class AnnotationQueue(
    StateStore store, ReadBudget reads, SubjectVault vault, PipelineCatalog pipelines, AnnotationIndex annotations,
    LabellingSampleReader sample, PrivacyFilter privacy)
{
    /// <summary>The number of the last predictions of a pipeline that are searched.</summary>
    public const int MaxSearched = 2_000;

    /// <summary>The memory of a search, in pages of the state store.</summary>
    private const int PagesPerSearch = 4;

    /// <summary>Reads a page.</summary>
    /// <exception cref="InvalidRequestException">There is no such pipeline or alert.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    /// <exception cref="StateUnavailableException">The predictions cannot be read; the random sample does not need them.</exception>
    public async Task<LabellingPage> ReadAsync(LabellingQuery query, CancellationToken cancellation)
    {
        await annotations.ReadAsync(cancellation);
        if (query.Strategy == LabellingStrategy.Random)
            return await sample.ReadAsync(query, cancellation);
        var alert = query.Strategy == LabellingStrategy.Alert ? await FindAlertAsync(query.Alert, cancellation) : null;
        var pipeline = FindPipeline(alert?.Series.Pipeline ?? query.Pipeline);
        using var lease = reads.OpenLease(PagesPerSearch);
        var recent = vault.Open(await store.ListPredictionsAsync(new(pipeline.Name, Limit: MaxSearched), cancellation, lease));
        var candidates = alert is not null ? AlertTexts.Find(alert, await AddExamplesAsync(alert, recent, lease, cancellation))
            : Rank(query, recent);
        return new([.. Choose([.. candidates], recent, query).Take(query.Limit)], null);
    }

    /// <summary>Whether a head of a text still needs a label of the annotator. Reads the feedback up to now.</summary>
    public async Task<bool> IsWantedAsync(LabellingQuery query, LabellingItem item, string head, CancellationToken cancellation)
    {
        await annotations.ReadAsync(cancellation);
        return IsWanted(query, item.Pipeline, item.Id, head);
    }

    /// <summary>Counts the labels of an annotator. Reads the feedback up to now.</summary>
    /// <param name="pipeline">The pipeline, which decides whether names are stored as pseudonyms.</param>
    /// <param name="annotator">The annotator.</param>
    /// <param name="since">When the day began.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<AnnotatorProgress> ReadProgressAsync(
        string pipeline, string annotator, DateTimeOffset since, CancellationToken cancellation)
    {
        await annotations.ReadAsync(cancellation);
        return annotations.ProgressOf(privacy.Pseudonymize(pipeline, annotator), since);
    }

    private IEnumerable<LabellingCandidate> Rank(LabellingQuery query, IReadOnlyList<TextClassified> recent) => query.Strategy switch
    {
        LabellingStrategy.Uncertain => CandidateRanking.ByUncertainty(recent, query.Head),
        LabellingStrategy.Unfamiliar => CandidateRanking.ByUnfamiliarity(recent, query.Head),
        LabellingStrategy.Disagreement => CandidateRanking.ByDisagreement(recent, query.Head),
        LabellingStrategy.Contradicted => CandidateRanking.ByContradiction(recent, query.Head, annotations),
        _ => throw new ArgumentOutOfRangeException(nameof(query), query.Strategy, "There is no such strategy."),
    };

    /// <summary>Returns the best candidate of each group of near-duplicates, without groups of which one needs no label.</summary>
    private IEnumerable<LabellingItem> Choose(
        IReadOnlyList<LabellingCandidate> candidates, IReadOnlyList<TextClassified> recent, LabellingQuery query)
    {
        var best = candidates.DistinctBy(static candidate => candidate.Prediction.Id)
            .ToDictionary(static candidate => candidate.Prediction.Id);
        var ranked = best.Values.Select(static candidate => candidate.Prediction)
            .Concat(recent.Where(prediction => !best.ContainsKey(prediction.Id)));
        foreach (var story in StoryGroups.Of(ranked))
        {
            if (!best.TryGetValue(story[0].Id, out var candidate))
                yield break; // only texts that are no candidates follow
            var wanted = candidate.Prediction.Heads.Where(head => (query.Head is null || head.Key == query.Head)
                && story.All(copy => IsWanted(query, copy.Pipeline, copy.Id, head.Key))).ToDictionary();
            if (wanted.ContainsKey(candidate.Head))
                yield return LabellingItems.Create(candidate, wanted, story.Count);
        }
    }

    /// <summary>Contradicting labels need one more, whoever gave them; all others need one, or one of each annotator.</summary>
    private bool IsWanted(LabellingQuery query, string pipeline, string id, string head)
    {
        var annotator = privacy.Pseudonymize(pipeline, query.Annotator);
        return query.Strategy == LabellingStrategy.Contradicted
            ? !annotations.IsLabelledBy(pipeline, id, head, annotator) : !annotations.IsDone(pipeline, id, head, annotator);
    }

    private PipelineOptions FindPipeline(string? name) => name is null ? pipelines.All[0] : pipelines.Find(name)
        ?? throw Invalid("pipeline", pipelines.DescribeUnknown(name));

    private async Task<AlertRaised> FindAlertAsync(string? id, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(id))
            throw Invalid("alert", "is required: the id of the alert, from GET /v1/alerts.");
        return (await store.FindAlertAsync(id, cancellation))?.Raised
            ?? throw Invalid("alert", $"no alert '{Excerpt.Quote(id)}' is in the state store, which keeps the latest (Redis:MaxAlerts).");
    }

    /// <summary>Adds the examples of an alert that are older than the predictions that are searched.</summary>
    private async Task<IReadOnlyList<TextClassified>> AddExamplesAsync(
        AlertRaised alert, IReadOnlyList<TextClassified> recent, ReadLease lease, CancellationToken cancellation)
    {
        var known = recent.Select(static prediction => prediction.Id).ToHashSet();
        var missing = alert.Examples.Select(static example => example.Id).Where(id => !known.Contains(id)).Distinct().ToList();
        var found = await store.FindPredictionsAsync(missing, cancellation, lease);
        return [.. recent, .. vault.Open([.. found.OfType<TextClassified>()])];
    }

    private static InvalidRequestException Invalid(string field, string error) =>
        new(new Dictionary<string, string> { [field] = error });
}
