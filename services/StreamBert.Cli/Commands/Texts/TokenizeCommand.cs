using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Defines <c>tokenize</c>, which prints the tokens of texts without loading the weights of the model.</summary>
internal static class TokenizeCommand
{
    private static readonly Option<string> Model = ModelOption.Create();
    private static readonly TextInputOptionGroup Input = new("tokenize");

    public static Command Create()
    {
        var command = new Command("tokenize", "Tokenize texts: print one JSON line per text, with token ids and their UTF-16 offsets in "
            + "the text.")
        {
            Model,
        };
        Input.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var lines = Input.Open(parsed);
        var directory = ModelOption.ReadDirectory(parsed, Model);
        var manifest = ModelPackage.ReadManifest(directory);
        var tokenizer = TokenizerLoader.Load(directory, manifest.Lowercase, manifest.CollapseUrls);
        using var output = Terminal.OpenAsciiOutput();
        var unreadable = new LineTokenizer(tokenizer, manifest.MaxTokens, output).Run(lines, cancellation);
        return TextInputOptionGroup.ReportUnreadable(unreadable);
    }
}
