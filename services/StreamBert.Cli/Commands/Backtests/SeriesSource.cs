using System.CommandLine;
using StreamBert.Cli.Backtests.PlainSeries;
using StreamBert.Cli.Backtests.Reports;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Scores plain series, and runs a backtest on their scores.</summary>
internal sealed class SeriesSource(ParseResult parsed, BacktestOptionGroup options)
{
    /// <summary>Whether the input is a plain series: <c>--scores</c> says so, or its columns do and no option is about texts.</summary>
    /// <exception cref="CliException">The input does not exist or cannot be read.</exception>
    public bool IsRequested => options.GetScores(parsed) is not null
        || (options.GetInput(parsed) is { } input && !options.IsPipelineMeant(parsed)
            && SeriesFile.IsSeries(input, options.ReadDialect(parsed)));

    /// <returns>The exit code.</returns>
    /// <exception cref="CliException">There is no input, or it is not a series.</exception>
    public int Run(CancellationToken cancellation)
    {
        var input = options.GetInput(parsed)
            ?? throw new CliException("--scores OUT requires --input, a file or a directory of plain series.");
        var request = options.ReadSeries(parsed, Directory.Exists(input));
        if (options.GetScores(parsed) is { } output)
        {
            var (files, rows) = new SeriesScores(options.ReadDialect(parsed)).Write(input, output, cancellation);
            BacktestProgress.Notify($"{Format.Count(rows)} rows of {Format.Count(files)} files are scored.");
        }
        if (options.IsOutcomeWanted(parsed))
            Print(Judge(input, request, cancellation));
        return 0;
    }

    private List<SeriesOutcome> Judge(string input, SeriesRequest request, CancellationToken cancellation)
    {
        var backtest = new SeriesBacktest(request, BacktestProgress.Notify);
        return [.. SeriesFile.Find(input).Select(file =>
            backtest.Run(SeriesFile.Open(file.Path, file.Name, options.ReadDialect(parsed)), cancellation))];
    }

    private void Print(List<SeriesOutcome> series)
    {
        if (options.GetHtml(parsed) is { } html)
            File.WriteAllText(html, SeriesReport.Create(series));
        if (options.IsJson(parsed))
            SeriesOutcomeJson.Write(series);
        else
            SeriesView.Print(series);
    }
}
