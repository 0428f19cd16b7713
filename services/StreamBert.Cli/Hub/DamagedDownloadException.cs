namespace StreamBert.Cli.Hub;

/// <summary>Reports that a downloaded file differs from what the hub announced.</summary>
internal sealed class DamagedDownloadException(string message) : HttpRequestException(message);
