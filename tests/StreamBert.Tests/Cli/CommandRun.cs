using StreamBert.Cli;

namespace StreamBert.Tests.Cli;

/// <summary>
/// Contains the exit code and the output of a run of the command. Tests that use it share the console, so they belong to the collection of
/// <see cref="StreamBertCommandTests"/>.
/// </summary>
internal sealed record CommandRun(int ExitCode, string Out, string Error)
{
    public static async Task<CommandRun> RunAsync(params string[] arguments)
    {
        var console = (Console.Out, Console.Error);
        using StringWriter output = new(), error = new();
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            return new(await StreamBertCommand.RunAsync(arguments), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(console.Out);
            Console.SetError(console.Error);
        }
    }
}
