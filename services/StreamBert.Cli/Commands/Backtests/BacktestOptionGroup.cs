using System.CommandLine;
using StreamBert.Cli.Backtests;
using StreamBert.Cli.Backtests.PlainSeries;
using StreamBert.Cli.Backtests.Reports;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Groups the options of <c>backtest</c>.</summary>
internal sealed class BacktestOptionGroup
{
    private readonly Option<string?> _input = new("--input", "-i")
    {
        Description = "Recorded predictions (JSON Lines, also .gz); texts (CSV, TSV, JSON, also .gz), which are classified first; or, for "
            + "a pipeline with Predictions, the predictions of your own model in the JSON that its mapping describes; or a plain series: "
            + "a CSV file with the columns timestamp and value, or a directory of such files. On a plain series an alert begins where the "
            + "anomaly score reaches 1/2 and ends where it falls below.",
    };

    private readonly Option<string?> _pipeline = new("--pipeline") { Description = "Pipeline. Default: the one that the input names." };
    private readonly Option<string?> _rules = new("--rules")
    {
        Description = "Rules file to test (see 'streambert rules'). Default: the rules of the settings.",
    };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Labelled windows: CSV with start,end[,kind][,series], or the JSON of the Numenta Anomaly Benchmark.",
    };

    private readonly Option<string?> _from = new("--from") { Description = "Event time of the first text. Default: the first text." };
    private readonly Option<string?> _to = new("--to")
    {
        Description = "Event time after the last text; windows up to it are closed. Default: the last text, whose window stays open.",
    };

    private readonly Option<string?> _learn = new("--learn")
    {
        Description = "Event time up to which the monitor only learns its baselines: alerts before it are neither shown nor scored.",
    };

    private readonly Option<bool> _json = JsonOption.Create();
    private readonly Option<string?> _html = new("--html") { Description = "Write a report with charts to this file." };
    private readonly Option<string?> _scores = new("--scores")
    {
        Description = "Write every row of the plain series of --input here with its anomaly score from 0 to 1. With --labels, --html or "
            + "--json the backtest is printed too.",
    };

    private readonly FileDialectOptionGroup _dialect = new();
    private readonly BacktestTextOptionGroup _texts = new();

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _input, _pipeline, _rules, _labels, _from, _to, _learn, _json, _html, _scores,
        ];
        foreach (var option in options)
            command.Add(option);
        _dialect.AddTo(command);
        _texts.AddTo(command);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The file or directory that receives the scores of plain series; null without <c>--scores</c>.</summary>
    public string? GetScores(ParseResult parsed) => parsed.GetValue(_scores);

    /// <summary>The file that receives the report; null without <c>--html</c>.</summary>
    public string? GetHtml(ParseResult parsed) => parsed.GetValue(_html);

    public FileDialect ReadDialect(ParseResult parsed) => _dialect.Read(parsed);

    /// <summary>Whether an option is given that only a pipeline of texts or predictions has.</summary>
    public bool IsPipelineMeant(ParseResult parsed) => IsPipelineGiven(parsed) || _texts.IsColumnGiven(parsed);

    /// <exception cref="CliException">An option is invalid, or does not apply to a plain series.</exception>
    public SeriesRequest ReadSeries(ParseResult parsed, bool hasMany)
    {
        if (new Option[] { _pipeline, _rules }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new CliException($"A plain series has no pipeline and no rules; omit {given.Name}.");
        if (_texts.FindGiven(parsed) is { } ofTexts)
            throw new CliException($"A plain series has no texts: its columns are timestamp and value; omit {ofTexts.Name}.");
        var request = new SeriesRequest(ReadTime(parsed, _from), ReadTime(parsed, _to), ReadTime(parsed, _learn))
        {
            Labels = parsed.GetValue(_labels),
            KeepsPoints = GetHtml(parsed) is not null,
            HasManySeries = hasMany,
        };
        RequireOrder(request.From, request.To);
        return request;
    }

    /// <summary>Whether the outcome of a backtest on plain series is wanted, not only their scores.</summary>
    public bool IsOutcomeWanted(ParseResult parsed) =>
        GetScores(parsed) is null || GetHtml(parsed) is not null || IsJson(parsed) || parsed.GetValue(_labels) is not null;

    public bool IsPipelineGiven(ParseResult parsed) => parsed.GetValue(_pipeline) is not null;

    public string? GetInput(ParseResult parsed) => parsed.GetValue(_input);

    /// <exception cref="CliException">There is no source, or there are two.</exception>
    public void RequireOneSource(ParseResult parsed, string? log)
    {
        if (GetInput(parsed) is null == log is null)
        {
            throw new CliException("Give one source: --input FILE (predictions or texts), --data DIR (the log of a stopped "
                + "'streambert up') or --kafka SERVERS; or --suite clean or --suite detect for generated scenarios.");
        }
    }

    /// <exception cref="CliException">An option is invalid.</exception>
    public BacktestRequest Read(ParseResult parsed, IServiceProvider services, IReadOnlyList<string> named)
    {
        var pipeline = BacktestServices.FindPipeline(
            services.GetRequiredService<PipelineCatalog>(), parsed.GetValue(_pipeline), named, parsed.GetValue(_rules));
        var request = new BacktestRequest(pipeline, BacktestServices.ReadOptions(services.GetRequiredService<IConfiguration>()))
        {
            From = ReadTime(parsed, _from),
            To = ReadTime(parsed, _to),
            Learn = ReadTime(parsed, _learn),
            Labels = parsed.GetValue(_labels) is { } labels ? LabelFile.Read(labels, GetInput(parsed)) : null,
            KeepsTrends = parsed.GetValue(_html) is not null,
            ReplacesRules = parsed.GetValue(_rules) is not null,
        };
        RequireOrder(request.From, request.To);
        return request;
    }

    /// <summary>The options of texts that are classified first.</summary>
    public BacktestTextOptionGroup Texts => _texts;

    /// <exception cref="CliException">The file does not exist, or its format is not supported.</exception>
    public RowFile OpenRows(ParseResult parsed, string input) => RowFile.Open(input, allowPlainText: false, _dialect.Read(parsed));

    /// <summary>Prints the outcome, and writes the report.</summary>
    public void Print(ParseResult parsed, BacktestOutcome outcome)
    {
        if (parsed.GetValue(_html) is { } html)
            File.WriteAllText(html, HtmlReport.Create(outcome));
        if (IsJson(parsed))
            BacktestJson.Write(outcome);
        else
            BacktestView.Print(outcome);
    }

    private static DateTimeOffset? ReadTime(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } value)
            return null;
        return EventTimeParser.TryParse(value, null, out var time, out var fault)
            ? time
            : throw new CliException($"{option.Name}: {fault} Write a time such as 2026-03-02T09:30:00Z.");
    }

    private static void RequireOrder(DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from >= to)
            throw new CliException("--from must be before --to.");
    }
}
