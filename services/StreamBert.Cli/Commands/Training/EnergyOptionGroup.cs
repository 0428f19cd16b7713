using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Model.Training.Energy;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Groups the assumptions of the estimate of energy and emissions.</summary>
internal sealed class EnergyOptionGroup
{
    private static readonly EnergyOptions Defaults = new();

    private readonly Option<double> _coreWatts = new("--core-watts")
    {
        Description = "texts: power of a busy processor core in watts, to estimate the energy where it cannot be measured.",
        DefaultValueFactory = static _ => Defaults.CoreWatts,
    };

    private readonly Option<double> _carbonIntensity = new("--carbon-intensity")
    {
        Description = "texts: emissions of your electricity in grams of CO₂ equivalent per kWh. Default: the average of the world.",
        DefaultValueFactory = static _ => Defaults.CarbonIntensity,
    };

    public IReadOnlyList<Option> Options => [_coreWatts, _carbonIntensity];

    public void AddTo(Command command)
    {
        foreach (var option in Options)
            command.Add(option);
    }

    /// <exception cref="CliException">A number is negative.</exception>
    public EnergyOptions Read(ParseResult parsed) => new()
    {
        CoreWatts = OptionRange.Require(_coreWatts, parsed.GetValue(_coreWatts), 0, double.MaxValue),
        CarbonIntensity = OptionRange.Require(_carbonIntensity, parsed.GetValue(_carbonIntensity), 0, double.MaxValue),
    };
}
