using System.CommandLine;
using StreamBert.Cli.Backtests;
using StreamBert.Cli.Backtests.PlainSeries;
using StreamBert.Cli.Backtests.Reports;
using StreamBert.Cli.Backtests.Sources;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Groups the options of <c>backtest</c>.</summary>
internal sealed class BacktestOptionGroup
{
    private readonly Option<string?> _input = new("--input", "-i")
    {
        Description = "Recorded predictions (JSON Lines, also .gz), or texts (CSV, TSV, JSON, also .gz), which are classified first.",
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

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };
    private readonly Option<string?> _html = new("--html") { Description = "Write a report with charts to this file." };
    private readonly Option<string?> _scores = new("--scores")
    {
        Description = "Score plain series instead: --input is a CSV file with timestamp and value, or a directory of such files; every row "
            + "is written here with its anomaly score from 0 to 1.",
    };

    private readonly Option<string?> _text = new("--text") { Description = "Column of the text. Default: detected by its name." };
    private readonly Option<string?> _time = new("--time") { Description = "Column of the event time of texts." };
    private readonly Option<string?> _timeFormat = new("--time-format") { Description = "Format of the times of --time." };
    private readonly Option<string?> _id = new("--id") { Description = "Column of the id. Default: derived from file and row." };
    private readonly Option<string?> _subject = new("--subject") { Description = "Column of the subject, such as the conversation." };
    private readonly Option<string> _model = ModelOption.Create();
    private readonly Option<string?> _cache = new("--cache")
    {
        Description = $"Directory of cached classifications. Default: {ClassificationCache.DefaultDirectory}.",
    };

    private readonly FileDialectOptionGroup _dialect = new();
    private readonly ComputeOptionGroup _compute = new();

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _input, _pipeline, _rules, _labels, _from, _to, _learn, _json, _html, _scores, _text, _time, _timeFormat, _id, _subject,
            _model, _cache,
        ];
        foreach (var option in options)
            command.Add(option);
        _dialect.AddTo(command);
        _compute.AddTo(command);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Scores plain series if that is requested.</summary>
    /// <returns>The numbers of files and rows; null if it is not requested.</returns>
    /// <exception cref="CliException">There is no input, or it is not a series.</exception>
    public (int Files, long Rows)? WriteScores(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_scores) is not { } output)
            return null;
        var input = GetInput(parsed) ?? throw new CliException("--scores OUT requires --input, a file or a directory of plain series.");
        return new SeriesScores(_dialect.Read(parsed)).Write(input, output, cancellation);
    }

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
        return request.From >= request.To ? throw new CliException("--from must be before --to.") : request;
    }

    /// <exception cref="CliException">The file or a column does not exist, or no column has the time.</exception>
    public ReplayOptions ReadReplay(ParseResult parsed, string input, PipelineOptions pipeline, PipelineCatalog catalog)
    {
        var file = RowFile.Open(input, allowPlainText: false, _dialect.Read(parsed));
        var request = new ReplayRequest(
            file, pipeline.Name, parsed.GetValue(_text), parsed.GetValue(_time), parsed.GetValue(_id), Rate: null, Loop: false, Once: true)
        {
            Subject = parsed.GetValue(_subject),
            TimeFormat = parsed.GetValue(_timeFormat),
        };
        return request.Time is null
            ? throw new CliException($"'{input}' contains texts; give the column of their event time (--time). Its columns are: "
                + $"{RowFile.Join(file.Columns)}.")
            : ReplayOptions.Validate(request, catalog) with { Pipeline = pipeline };
    }

    /// <exception cref="CliException">The model does not have the heads of the pipeline.</exception>
    public TextClassifier LoadModel(ParseResult parsed, PipelineOptions pipeline)
    {
        var model = TextClassifier.Load(ModelOption.ReadDirectory(parsed, _model), _compute.Read(parsed));
        var missing = pipeline.Heads.Except(model.Heads.Select(static head => head.Name)).ToList();
        return missing.Count == 0
            ? model
            : throw new CliException(
                $"The model {model.Version} (--model) lacks heads of {pipeline.Name}: {string.Join(", ", missing)}.");
    }

    /// <summary>Returns the reference profile of the model's package, if it has one.</summary>
    public IReadOnlyList<ModelProfiled> ReadProfiles(ParseResult parsed, PipelineOptions pipeline, TextClassifier model) =>
        ModelPackage.ReadProfile(ModelOption.ReadDirectory(parsed, _model)) is { } profile
            ? [new() { Model = pipeline.Model, Version = model.Version, Profile = profile, PublishedAt = default }]
            : [];

    public ClassificationCache OpenCache(ParseResult parsed) =>
        new(parsed.GetValue(_cache) ?? ClassificationCache.DefaultDirectory, ModelOption.ReadDirectory(parsed, _model));

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
}
