using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Completion;

/// <summary>Defines <c>completion bash|zsh|pwsh</c>, which prints the script that completes commands and options in a shell.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var command = new Command("completion", "Print the script that completes commands and options in a shell.");
        foreach (var (shell, use) in Shells)
            command.Add(CreateShell(shell, use));
        command.Add(CreateSuggest());
        return command;
    }

    private static IReadOnlyDictionary<string, string> Shells { get; } = new Dictionary<string, string>
    {
        ["bash"] = "eval \"$(streambert completion bash)\", in ~/.bashrc",
        ["zsh"] = "eval \"$(streambert completion zsh)\", in ~/.zshrc after compinit",
        ["pwsh"] = "streambert completion pwsh | Out-String | Invoke-Expression, in $PROFILE",
    };

    private static Command CreateShell(string shell, string use)
    {
        var command = new Command(shell, $"For {shell}: {use}.");
        command.SetAction(async (_, cancellation) =>
        {
            await using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream(
                typeof(CompletionCommand), $"completion.{shell}")!;
            using var reader = new StreamReader(script);
            Terminal.Out.Write(await reader.ReadToEndAsync(cancellation));
        });
        return command;
    }

    /// <summary>Creates the command that the scripts call.</summary>
    private static Command CreateSuggest()
    {
        var position = new Argument<int>("position") { Description = "Position of the cursor in the line, in characters." };
        var line = new Argument<string>("line") { Description = "The line, with the name of the program." };
        var command = new Command("suggest", "Print the words that complete a line.") { position, line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var word in Suggestions.Find(parsed.GetValue(line)!, parsed.GetValue(position)))
                Terminal.Out.WriteLine(word);
        });
        return command;
    }
}
