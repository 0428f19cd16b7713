using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Commands.Training.Search;

/// <summary>Prints the result of a hyper-parameter search.</summary>
internal static class SearchReport
{
    /// <summary>Writes a table of the runs, and the reports of the model that was kept.</summary>
    /// <param name="directory">The directory of the model.</param>
    public static void Write(IReadOnlyList<SearchResult> results, string directory, bool isJson)
    {
        var manifest = ModelPackage.ReadManifest(directory);
        var reports = manifest.Reports.ToList();
        var best = SearchResult.FindBest(results)!;
        if (isJson)
        {
            Terminal.Out.WriteLine(CreateJson(results, best, manifest.Version, directory, reports));
            return;
        }
        foreach (var report in reports)
        {
            EvaluationView.WriteTrained(report, manifest.Version);
            Terminal.Out.WriteLine();
        }
        Terminal.Write(CreateTable(results, best));
        Terminal.Out.WriteLine($"The model of {best.Name} is in {directory}; try: streambert classify --model {directory} \"TEXT\"");
    }

    private static Table CreateTable(IReadOnlyList<SearchResult> results, SearchResult best)
    {
        var table = Terminal.CreateTable(
            "Runs on the validation texts", "run", "#macro F1", "#accuracy", "#loss", "#best epoch", "#trained parameters", "#time", "");
        foreach (var result in results)
        {
            table.AddCells(
                result.Name,
                Format.Score(result.Validation.MacroF1),
                Format.Score(result.Validation.Accuracy),
                Format.Score(result.Validation.Loss),
                Format.Count(result.BestEpoch),
                Format.Count(result.Usage.TrainedParameters),
                TimeSpan.FromSeconds((long)result.Usage.Seconds).ToString("c"),
                result == best ? "best" : "");
        }
        return table;
    }

    private static string CreateJson(
        IReadOnlyList<SearchResult> results, SearchResult best, string version, string directory, List<ClassificationReport> reports)
    {
        var json = JsonSerializer.SerializeToNode(
            new { version, directory, best = best.Name, search = results }, JsonSerializerOptions.Web)!;
        json["reports"] = new JsonArray([.. reports.Select(static report => JsonNode.Parse(Wire.ToJson(report)))]);
        return json.ToJsonString(JsonSerializerOptions.Web);
    }
}
