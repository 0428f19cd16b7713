using System.CommandLine;
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

/// <summary>
/// Groups the options of <c>backtest</c> for the rows of a file: the columns of texts, and the model that classifies them.
/// </summary>
internal sealed class BacktestTextOptionGroup
{
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

    private readonly ComputeOptionGroup _compute = new();

    private Option[] Options => [_text, _time, _timeFormat, _id, _subject, _model, _cache];

    public void AddTo(Command command)
    {
        foreach (var option in Options)
            command.Add(option);
        _compute.AddTo(command);
    }

    /// <summary>Returns an option that is given; null for none.</summary>
    public Option? FindGiven(ParseResult parsed) =>
        Options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>Whether an option names a column of texts.</summary>
    public bool IsColumnGiven(ParseResult parsed) => parsed.GetValue(_text) is not null || parsed.GetValue(_time) is not null;

    /// <summary>Reads the columns of a file of texts.</summary>
    /// <exception cref="CliException">A column does not exist, or none has the time.</exception>
    public ReplayOptions ReadTexts(ParseResult parsed, RowFile file, PipelineOptions pipeline, PipelineCatalog catalog) =>
        parsed.GetValue(_time) is null
            ? throw new CliException($"'{file.Path}' contains texts; give the column of their event time (--time). Its columns are: "
                + $"{RowFile.Join(file.Columns)}.")
            : ReplayOptions.Validate(Request(parsed, file, pipeline), pipeline, catalog.Limits);

    /// <summary>Reads the predictions of a model that is served elsewhere, of which the mapping of the pipeline says everything.</summary>
    /// <exception cref="CliException">The file is not JSON, or an option describes columns or a model.</exception>
    public ReplayOptions ReadPredictions(ParseResult parsed, RowFile file, PipelineOptions pipeline, PipelineCatalog catalog)
    {
        var given = new Option[] { _model, _cache }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        return given is null
            ? ReplayOptions.Validate(Request(parsed, file, pipeline), pipeline, catalog.Limits)
            : throw new CliException($"{given.Name} is about texts that are classified first; the pipeline '{pipeline.Name}' takes the "
                + "predictions of a model that is served elsewhere. Omit the option.");
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

    private ReplayRequest Request(ParseResult parsed, RowFile file, PipelineOptions pipeline) => new(
        file, pipeline.Name, parsed.GetValue(_text), parsed.GetValue(_time), parsed.GetValue(_id), Rate: null, Loop: false, Once: true)
    {
        Subject = parsed.GetValue(_subject),
        TimeFormat = parsed.GetValue(_timeFormat),
    };
}
