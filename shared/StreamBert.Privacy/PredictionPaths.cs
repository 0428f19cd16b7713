using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Privacy;

/// <summary>Lists the paths of a prediction that hold its event time and the answers of the model.</summary>
internal static class PredictionPaths
{
    /// <summary>Returns the paths, without indexes of arrays, as they are and within the data of a CloudEvent.</summary>
    public static HashSet<string> Of(PipelineOptions pipeline)
    {
        IEnumerable<string?> mapped = pipeline.Predictions is not { } mapping ? [] :
        [
            mapping.ModelVersion, .. mapping.Heads.Values.SelectMany(static head => new[] { head.Label, head.Confidence, head.Scores }),
        ];
        return [.. mapped.Append(pipeline.Fields.OccurredAt).OfType<string>().Select(WithoutIndexes)
            .Where(static path => path.Length > 0).SelectMany(static path => new[] { path, $"{CloudEvent.Data}.{path}" })];
    }

    private static string WithoutIndexes(string path) =>
        string.Join('.', path.Split('.').Where(static part => !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)));
}
