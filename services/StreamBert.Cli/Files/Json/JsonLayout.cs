namespace StreamBert.Cli.Files.Json;

/// <summary>Lists the ways in which a JSON file contains rows.</summary>
internal enum JsonLayout
{
    /// <summary>One value per line.</summary>
    Lines,

    /// <summary>One array of values.</summary>
    Array,

    /// <summary>Values one after another, each possibly on several lines.</summary>
    Values,
}
