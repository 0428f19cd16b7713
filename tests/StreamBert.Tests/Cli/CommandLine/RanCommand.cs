using StreamBert.Cli.CommandLine;

namespace StreamBert.Tests.Cli.CommandLine;

/// <summary>
/// What the command did: its exit code and what it printed. Tests that use it share the console, so they stand in the collection of <see
/// cref="ArgumentTests"/>.
/// </summary>
internal sealed record RanCommand(int Code, string Out, string Error)
{
    public static async Task<RanCommand> OfAsync(params string[] arguments)
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
