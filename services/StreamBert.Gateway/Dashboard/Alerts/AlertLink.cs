namespace StreamBert.Gateway.Dashboard.Alerts;

/// <summary>The address of the page of an alert.</summary>
internal static class AlertLink
{
    private const string Path = "alerts/";

    /// <summary>Returns the address, relative to the dashboard.</summary>
    public static string To(string alertId) => $"{Path}{Uri.EscapeDataString(alertId)}";

    /// <summary>Returns the id in an address, relative to the dashboard, whether its slashes are escaped or not.</summary>
    public static string IdOf(string address) => address.StartsWith(Path, StringComparison.Ordinal)
        ? Uri.UnescapeDataString(address[Path.Length..].Split('?', '#')[0]) : "";
}
