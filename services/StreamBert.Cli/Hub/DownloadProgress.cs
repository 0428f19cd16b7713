namespace StreamBert.Cli.Hub;

/// <summary>Reports the progress of a download.</summary>
/// <param name="Done">Bytes received.</param>
/// <param name="Total">Bytes expected, or null if unknown.</param>
internal sealed record DownloadProgress(string File, long Done, long? Total);
