using System.Text;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Rules;
using StreamBert.Operations.Rules;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>The rules of a pipeline and their history.</summary>
/// <param name="InEffect">The rules of the next window.</param>
/// <param name="Changes">The changes at run time, the latest first.</param>
internal sealed record RulesState(MonitorRules InEffect, IReadOnlyList<RulesChanged> Changes);

/// <summary>Reads, checks and changes the monitoring rules of pipelines for the person in front of the browser tab.</summary>
internal sealed class RulesEditor(RulesHistory history, RulesPreviewClient previews, DashboardActions actions, TimeProvider time)
{
    /// <exception cref="LogUnavailableException">The event log cannot be read.</exception>
    public async Task<RulesState> ReadAsync(PipelineOptions pipeline, CancellationToken cancellation)
    {
        var changes = await history.ReadAsync(pipeline.Name, cancellation);
        return new(RulesHistory.RulesAt(pipeline, changes, time.GetUtcNow() + pipeline.Monitor.Window), [.. changes.Reverse()]);
    }

    /// <summary>Checks rules as <c>streambert rules check</c> and <c>PUT /v1/rules</c> do.</summary>
    public static (MonitorRules? Rules, IReadOnlyList<string> Faults) Check(PipelineOptions pipeline, string json)
    {
        var (rules, faults) = RulesFile.ReadRules(Encoding.UTF8.GetBytes(json), pipeline);
        return (rules, [.. faults.Select(static fault => fault.ToString())]);
    }

    /// <summary>Compares the alerts of rules with those of the rules in effect.</summary>
    /// <exception cref="UnauthorizedAccessException">The person may not change rules.</exception>
    /// <exception cref="ApiException">There is no result, for a reason that the message states.</exception>
    public async Task<RulesPreviewed> PreviewAsync(PipelineOptions pipeline, MonitorRules rules, CancellationToken cancellation)
    {
        await actions.RequireRoleAsync(Roles.Admin);
        return await previews.CompareAsync(pipeline, rules, cancellation);
    }

    /// <summary>Changes the rules from a time on.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="rules">The rules, which are valid; null for those of the configuration.</param>
    /// <param name="effectiveFrom">The event time from which they apply; null for the next window.</param>
    /// <exception cref="UnauthorizedAccessException">The person may not change rules.</exception>
    public async Task<RulesChanged> ChangeAsync(PipelineOptions pipeline, MonitorRules? rules, DateTimeOffset? effectiveFrom)
    {
        var actor = await actions.RequireRoleAsync(Roles.Admin);
        return await history.ChangeAsync(pipeline, rules, effectiveFrom, actor, CancellationToken.None);
    }
}
