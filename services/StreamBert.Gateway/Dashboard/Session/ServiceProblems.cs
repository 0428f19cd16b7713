using StreamBert.Gateway.Status;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>Lists what keeps the services from working normally, in sentences.</summary>
internal sealed class ServiceProblems(Readiness readiness, ServiceHealth health)
{
    /// <param name="failure">The error of this tab's last read; conditions with the same cause are not repeated.</param>
    public IReadOnlyList<string> List(string? failure = null)
    {
        var waiting = readiness.Parts.Where(static part => !part.Value.IsReady).Select(static part => $"{part.Key}: {part.Value.Detail}");
        var degraded = health.All
            .Where(condition => failure is null || !condition.Reason.StartsWith(failure, StringComparison.Ordinal))
            .Select(StatusReader.Describe);
        string[] failures = failure is null ? [] : [failure];
        return [.. failures, .. waiting, .. degraded];
    }
}
