using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Commands.Texts;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Model.Datasets;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Reads and checks the training, validation and test files of all heads before anything is trained; one message lists all errors.
/// </summary>
/// <param name="labelNames">The names of the numeric labels 0, 1, 2 and so on; null if the labels are names.</param>
internal sealed class TrainingTexts(FileDialect dialect, IReadOnlyList<string>? labelNames)
{
    private readonly Dictionary<HeadFile, LabelledRows> _files = [];
    private readonly List<string> _errors = [];

    /// <summary>Reads the texts of all heads.</summary>
    /// <exception cref="CliException">A file cannot be read, or its rows or labels cannot be trained on.</exception>
    public List<HeadTexts> Read(IReadOnlyList<TrainedHead> heads)
    {
        foreach (var file in heads.SelectMany(static head => head.Files))
            ReadFile(file);
        var texts = _errors.Count > 0 ? [] : heads.Select(CreateTexts).ToList();
        return _errors.Count == 0 ? texts : throw new CliException(
            _errors is [var only] ? only : $"Nothing was trained:\n{string.Join('\n', _errors.Select(static error => $"  {error}"))}");
    }

    private void ReadFile(HeadFile file)
    {
        try
        {
            _files[file] = LabelledRows.Read(file, dialect);
        }
        catch (CliException e)
        {
            _errors.Add(e.Message);
        }
    }

    private HeadTexts CreateTexts(TrainedHead head)
    {
        var training = _files[head.Train];
        var labels = new LabelSet(training, labelNames);
        _errors.AddRange(labels.Errors);
        foreach (var warning in labels.Warnings)
            Output.Terminal.Error.WriteLine($"streambert: warning: {warning}");
        return new(
            head.Name, labels.Names, Label(head.Train, head, labels), Label(head.Validation, head, labels), Label(head.Test, head, labels))
        {
            ValidationName = head.Validation is null
                ? $"validation part of {Path.GetFileName(head.Train.Path)}"
                : Path.GetFileName(head.Validation.Path),
            TestName = Path.GetFileName(head.Test?.Path ?? ""),
        };
    }

    private List<LabelledText> Label(HeadFile? file, TrainedHead head, LabelSet labels)
    {
        if (file is null)
            return [];
        var rows = _files[file];
        if (labels.DescribeUnknown(rows) is { } error)
            _errors.Add(error);
        return [.. rows.Rows.Select(row => new LabelledText(row.Text, head.Name, labels.Resolve(row.Label)))];
    }
}
