using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Streaming.Log;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>Tells a person what their feedback leads to.</summary>
internal sealed class FeedbackProgress(IEventLog log, IOptions<DashboardOptions> options)
{
    /// <exception cref="LogUnavailableException">The event log cannot be read.</exception>
    public async Task<string> DescribeAsync(CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([Topics.Feedback], cancellation);
        var stored = DisplayText.Count(partitions.Sum(static partition => partition.End), "feedback record");
        var threshold = options.Value.MinimumFeedback is { } minimum
            ? L["{0} (more once a candidate was not shown to be better)", DisplayText.Count(minimum, "new feedback record")]
            : L["enough new feedback"];
        return L["The log now holds {0}. After {1}, a candidate model is trained; it is promoted if it is better.", stored, threshold];
    }
}
