using System.CommandLine;
using StreamBert.Cli.Commands.Models;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>Defines <c>datasets</c>, which groups the commands for labelled files and for the data sets of training runs.</summary>
internal static class DatasetsCommand
{
    public static Command Create()
    {
        var registry = new RegistryOptionGroup();
        var command = new Command("datasets", "Check labelled files, and show the data sets that models learned from feedback.")
        {
            DatasetsCheckCommand.Create(),
        };
        foreach (var stored in StoredDatasetCommands.Create(registry))
        {
            registry.AddTo(stored);
            command.Add(stored);
        }
        return command;
    }
}
