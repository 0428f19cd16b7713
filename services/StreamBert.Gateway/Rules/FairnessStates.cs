using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Rules;

/// <summary>Lists the state of every fairness rule in effect. Before its first window a rule has insufficient data.</summary>
internal sealed class FairnessStates(StateStore store, RulesInEffect rules, PipelineCatalog pipelines, TimeProvider time)
{
    /// <summary>Reads a page. The rules that have not reported are on the last page, beyond the limit.</summary>
    /// <param name="pipeline">Only of this pipeline; null: of all.</param>
    /// <param name="limit">The most rules that have reported.</param>
    /// <param name="after">The cursor of the page before; null: the first page.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="lease">The memory of the request; null: that of one page.</param>
    public async Task<StatePage<FairnessReported>> ReadAsync(
        string? pipeline, int limit, StateCursor? after, CancellationToken cancellation, ReadLease? lease = null)
    {
        var page = await store.ListFairnessAsync(pipeline, limit, cancellation, after, lease);
        return page.Next is not null ? page : new([.. page, .. await ListUnreportedAsync(pipeline, cancellation)], null);
    }

    private async Task<List<FairnessReported>> ListUnreportedAsync(string? pipeline, CancellationToken cancellation)
    {
        var reported = await store.ListFairnessRulesAsync(cancellation);
        var eventTimes = await store.ListEventTimesAsync(cancellation);
        List<FairnessReported> unreported = [];
        foreach (var configured in pipelines.All.Where(one => pipeline is null || one.Name == pipeline))
        {
            var at = eventTimes.FirstOrDefault(progress => progress.Pipeline == configured.Name)?.Watermark ?? time.GetUtcNow();
            var inEffect = await rules.ReadAsync(configured, at, cancellation);
            unreported.AddRange(inEffect.Monitor.Rules.Fairness
                .Where(rule => !reported.Contains($"{configured.Name}/{rule.Id()}")).Select(rule => Unreported(configured.Name, rule, at)));
        }
        return unreported;
    }

    private static FairnessReported Unreported(string pipeline, FairnessRule rule, DateTimeOffset at) => new()
    {
        Pipeline = pipeline,
        Rule = rule.Id(),
        Attribute = rule.Attribute,
        Head = rule.Head,
        Label = rule.Label,
        Window = new(at, at),
        State = FairnessReported.Insufficient,
        MaxDifference = rule.MaxDifference,
        NeededPerGroup = rule.MinimumCount,
        Groups = [],
        Measures =
        [
            Unknown(FairnessMeasure.DemographicParityDifference, rule), Unknown(FairnessMeasure.DemographicParityRatio, rule),
        ],
        EValue = 1,
    };

    private static FairnessMeasure Unknown(string name, FairnessRule rule) =>
        new(name, null, null, null, null, 0, rule.MinimumCount, false);
}
