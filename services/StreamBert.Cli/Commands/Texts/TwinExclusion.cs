using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Files;
using StreamBert.Cli.Output;
using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Excludes the texts of an evaluation that a model has read in training.</summary>
/// <param name="model">The directory of the model package.</param>
/// <param name="textColumn">The column of the text in the training files; null: detected in each.</param>
internal sealed class TwinExclusion(string model, string? textColumn)
{
    /// <summary>Returns the texts without a twin in the training files, and reports the number of the others on stderr.</summary>
    /// <exception cref="CliException">A training file has no such column or a row without a text, or no text remains.</exception>
    public List<LabelledRow> Exclude(List<LabelledRow> texts, string path, IReadOnlyList<RowFile> training)
    {
        var encoder = InputEncoder.Load(model);
        var seen = new HashSet<UInt128>();
        foreach (var file in training)
        {
            TextInputOptionGroup.ReportDetectedFormat(file);
            seen.UnionWith(file.ReadTexts(file.FindTextColumn(textColumn)).Select(text => encoder.Encode(text).Fingerprint));
        }
        var clean = texts.Where(text => !seen.Contains(encoder.Encode(text.Text).Fingerprint)).ToList();
        var names = string.Join(", ", training.Select(static file => $"'{file.Path}'"));
        if (clean.Count == 0)
            throw new CliException($"Every text of '{path}' has a twin in {names} (--exclude-twins-of); none is left to evaluate on.");
        Terminal.Error.WriteLine(
            $"streambert: {Format.Count(texts.Count - clean.Count)} of {Format.Count(texts.Count)} texts of '{path}' have a twin in "
            + $"{names} and are not evaluated.");
        return clean;
    }
}
