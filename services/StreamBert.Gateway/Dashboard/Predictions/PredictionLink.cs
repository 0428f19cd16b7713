namespace StreamBert.Gateway.Dashboard.Predictions;

/// <summary>The address of the page of a prediction.</summary>
internal static class PredictionLink
{
    private const string Path = "predictions/";

    /// <summary>Returns the address, relative to the dashboard.</summary>
    public static string To(string id) => $"{Path}{Uri.EscapeDataString(id)}";

    /// <summary>Returns the id in an address, relative to the dashboard, whether its slashes are escaped or not.</summary>
    public static string IdOf(string address) => address.StartsWith(Path, StringComparison.Ordinal)
        ? Uri.UnescapeDataString(address[Path.Length..].Split('?', '#')[0]) : "";
}
