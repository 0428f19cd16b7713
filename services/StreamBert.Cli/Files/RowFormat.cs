namespace StreamBert.Cli.Files;

/// <summary>Lists the formats of files that contain rows.</summary>
internal enum RowFormat
{
    Separated,
    Json,
    Plain,
}
