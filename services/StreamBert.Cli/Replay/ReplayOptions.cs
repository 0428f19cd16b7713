using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Cli.Replay;

/// <summary>A replay as it was asked for on the command line.</summary>
/// <param name="Rate">Rows a second; null: as fast as they are classified.</param>
/// <param name="Loop">Begin again at the end, for ever.</param>
/// <param name="Once">Stop when the file is through.</param>
internal sealed record ReplayRequest(
    RowFile File, string Pipeline, string? Text, string? Time, string? Id, double? Rate, bool Loop, bool Once)
{
    public string? Subject { get; init; }

    /// <param name="rate">A number of rows a second, or <c>max</c>.</param>
    /// <exception cref="CliException">It is neither.</exception>
    public static double? ParseRate(string rate)
    {
        if (rate == "max")
            return null;
        return double.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out var perSecond) && perSecond is > 0 and <= 1_000_000
            ? perSecond
            : throw new CliException($"--rate {rate} is neither 'max' nor a number of texts a second between 0 and 1,000,000.");
    }
}

/// <summary>A replay, checked: its pipeline and its columns exist.</summary>
/// <param name="TextColumn">Holds the text.</param>
/// <param name="TimeColumn">Holds the event time; null: the time of feeding.</param>
/// <param name="IdColumn">Holds the id; null: made from file, pipeline, run and row.</param>
internal sealed record ReplayOptions(
    RowFile File, PipelineOptions Pipeline, string TextColumn, string? TimeColumn, string? IdColumn, double? Rate)
{
    /// <summary>Holds whom or what the text is about; null: nothing says so.</summary>
    public string? SubjectColumn { get; init; }

    public string Name => Path.GetFileName(File.Path);

    /// <exception cref="CliException">The pipeline or a column does not exist; the message says which do.</exception>
    public static ReplayOptions Check(ReplayRequest request, PipelineCatalog pipelines) => new(
        request.File,
        pipelines.Find(request.Pipeline) ?? throw new CliException(
            $"There is no pipeline '{request.Pipeline}' (--pipeline); configured: {string.Join(", ", pipelines.All.Select(static p => p.Name))}."),
        request.File.Columns.Count == 0
            ? throw new CliException($"'{request.File.Path}' holds no readable row; there is nothing to replay.")
            : request.File.TextColumn(request.Text),
        request.File.Column(request.Time, "--time"),
        request.File.Column(request.Id, "--id"),
        request.Rate)
    {
        SubjectColumn = request.File.Column(request.Subject, "--subject"),
    };
}
