using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>Describes stored data sets as JSON: the manifest, and what changes after it was written.</summary>
internal static class StoredDatasetJson
{
    /// <summary>Describes a data set by its manifest and the versions that were trained on it.</summary>
    public static JsonObject Of(DatasetManifest manifest)
    {
        var json = JsonSerializer.SerializeToNode(manifest, JsonSerializerOptions.Web)!.AsObject();
        json["versions"] = JsonSerializer.SerializeToNode(manifest.Versions);
        return json;
    }

    /// <summary>Describes a data set with the number of rows that cannot be read any more.</summary>
    public static JsonObject Of(DatasetManifest manifest, IReadOnlyList<StoredLabel> rows)
    {
        var json = Of(manifest);
        json["erased"] = rows.Count(static row => row.IsErased);
        json["keyNotHere"] = rows.Count(static row => row.Sealed is not null);
        return json;
    }

    /// <summary>Describes an export: the rows, or the file that they were written to.</summary>
    public static object OfExport(DatasetManifest manifest, IReadOnlyList<StoredLabel> readable, int total, string? file) => file is null
        ? new { manifest.Hash, rows = readable, unreadable = total - readable.Count }
        : new { manifest.Hash, rows = readable.Count, unreadable = total - readable.Count, file = Path.GetFullPath(file) };

    /// <summary>Describes the differences between two data sets.</summary>
    public static object Of(DatasetManifest first, DatasetManifest second, DatasetDifference difference) => new
    {
        first = first.Hash,
        second = second.Hash,
        difference.Added,
        difference.Removed,
        relabelled = difference.Relabelled.Select(static pair => new { first = pair.First, second = pair.Second }),
        moved = difference.Moved.Select(static pair => new { first = pair.First, second = pair.Second }),
        difference.Unreadable,
    };
}
