using System.CommandLine;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>Defines <c>datasets</c>, which groups the commands for labelled files.</summary>
internal static class DatasetsCommand
{
    public static Command Create() => new("datasets", "Check the files that a model is trained and evaluated on.")
    {
        DatasetsCheckCommand.Create(),
    };
}
