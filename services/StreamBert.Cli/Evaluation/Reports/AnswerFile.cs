using System.Globalization;
using CsvHelper;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Contracts;
using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>
/// Writes the answers of an evaluation to a file: CSV or JSON Lines by its extension; for a token-classification head, the input format of
/// <c>conlleval</c> (word, true tag and predicted tag per line).
/// </summary>
internal static class AnswerFile
{
    private const string Csv = ".csv";
    private static readonly string[] JsonLines = [".jsonl", ".ndjson", ".json"];

    /// <exception cref="CliException">The extension is none of the supported ones.</exception>
    public static void RequireSupported(string path, bool hasEntities)
    {
        var extension = GetExtension(path);
        if (!hasEntities && extension != Csv && !JsonLines.Contains(extension))
            throw new CliException($"The file '{path}' (--predictions) must be named .csv or .jsonl.");
    }

    /// <summary>Writes the file; it appears under its name when it is complete.</summary>
    public static void Write(string path, HeadEvaluation evaluation)
    {
        var temporary = path + ".tmp";
        using (var writer = new StreamWriter(temporary))
        {
            if (evaluation.HasEntities)
                WriteTags(writer, evaluation);
            else if (GetExtension(path) == Csv)
                WriteCsv(writer, evaluation);
            else
                WriteJsonLines(writer, evaluation);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static void WriteCsv(TextWriter writer, HeadEvaluation evaluation)
    {
        using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        Write(csv, ["row", "text", "label", "predicted", "confidence", .. evaluation.Head.Labels.Select(static label => "score." + label)]);
        foreach (var (row, answer) in evaluation.Rows.Zip(evaluation.Answers))
        {
            var scores = evaluation.Head.Labels.Select(label => Format(answer.Prediction.Scores[label]));
            Write(csv, [row.Number.ToString(CultureInfo.InvariantCulture), row.Text, string.Join('|', row.Labels),
                string.Join('|', answer.Labels), Format(answer.Prediction.Confidence), .. scores]);
        }
    }

    private static void Write(CsvWriter csv, IEnumerable<string> fields)
    {
        foreach (var field in fields)
            csv.WriteField(field);
        csv.NextRecord();
    }

    private static void WriteJsonLines(TextWriter writer, HeadEvaluation evaluation)
    {
        foreach (var (row, answer) in evaluation.Rows.Zip(evaluation.Answers))
        {
            writer.WriteLine(EvaluationJson.Serialize(evaluation.IsMultiLabel
                ? (object)new
                {
                    row = row.Number,
                    text = row.Text,
                    labels = row.Labels,
                    predicted = answer.Labels,
                    answer.Prediction.Scores,
                }
                : new
                {
                    row = row.Number,
                    text = row.Text,
                    label = row.Labels[0],
                    predicted = answer.Prediction.Label,
                    answer.Prediction.Confidence,
                    answer.Prediction.Scores,
                }));
        }
    }

    private static void WriteTags(TextWriter writer, HeadEvaluation evaluation)
    {
        foreach (var (sentence, tags) in evaluation.Sentences.Zip(evaluation.Tags))
        {
            foreach (var ((word, actual), predicted) in sentence.Words.Zip(tags.Actual).Zip(tags.Predicted))
                writer.WriteLine($"{word.Replace(' ', '_')} {actual} {predicted.Tag}");
            writer.WriteLine();
        }
    }

    private static string Format(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string GetExtension(string path) => Path.GetExtension(path).ToLowerInvariant();
}
