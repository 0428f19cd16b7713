namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>What the dashboard knows of the configuration of other services that run in the same process.</summary>
internal sealed class DashboardOptions
{
    /// <summary>New feedback that starts a training run; null where training runs in another process.</summary>
    public int? MinimumFeedback { get; set; }
}
