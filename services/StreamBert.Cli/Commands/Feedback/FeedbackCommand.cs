using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Feedback;

/// <summary>Defines <c>feedback import</c>, which sends the labels of a file to a running Gateway.</summary>
internal static class FeedbackCommand
{
    private const int Invalid = 2;

    public static Command Create() => new("feedback", "Send the correct labels of texts.") { CreateImport() };

    private static Command CreateImport()
    {
        var (access, dialect) = (new LogAccess(), new FileDialectOptionGroup());
        var file = new Argument<string>("file")
        {
            Description = "File with a label in each row: .csv, .tsv, .jsonl or .json, optionally with .gz.",
        };
        var pipeline = new Option<string?>("--pipeline") { Description = "Pipeline of the texts. Default: that of their predictions." };
        var id = new Option<string?>("--id") { Description = "Column with the id of the text. Default: id, if there is such a column." };
        var text = new Option<string?>("--text")
        {
            Description = "Column with the text, for texts that were not classified. Default: detected by its name if there is no id.",
        };
        var head = new Option<string?>("--head")
        {
            Description = "Column with the head, or the head of all rows if there is no such column. Default: head.",
        };
        var label = new Option<string?>("--label") { Description = "Column with the label. Default: detected by its name." };
        var annotator = new Option<string?>("--annotator")
        {
            Description = "Column with the annotator; requires the role annotate-as. Default: annotator if there is such a column, else "
                + "the key of the request.",
        };
        var command = new Command("import", "Send the labels of a file. Rows that are refused are listed; all others are stored.")
        {
            file, pipeline, id, text, head, label, annotator,
        };
        dialect.AddTo(command);
        foreach (var option in new Option[] { access.Url, ApiKeyOption.File, LogAccess.Config })
            command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var rows = RowFile.Open(parsed.GetValue(file)!, allowPlainText: false, dialect.Read(parsed));
            TextInputOptionGroup.ReportDetectedFormat(rows);
            var columns = FeedbackColumns.Find(
                rows, parsed.GetValue(id), parsed.GetValue(text), parsed.GetValue(head), parsed.GetValue(label),
                parsed.GetValue(annotator));
            using var client = access.CreateClient(parsed);
            var import = new FeedbackImport(client, rows, columns, parsed.GetValue(pipeline));
            await import.RunAsync(cancellation);
            Terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{import.Accepted:N0} labels stored, {import.Refused:N0} rows refused."));
            return import.Refused > 0 ? Invalid : 0;
        });
        return command;
    }
}
