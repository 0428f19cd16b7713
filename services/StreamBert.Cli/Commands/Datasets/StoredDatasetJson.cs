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
}
