using System.Globalization;
using Microsoft.Extensions.Configuration;
using StreamBert.Training;

namespace StreamBert.Benchmarks;

/// <summary>The arguments of a command: options with a value, and flags.</summary>
internal sealed class BenchmarkArguments(string[] arguments)
{
    public bool Has(string flag) => arguments.Contains(flag);

    public string? Find(string name) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    public int FindNumber(string name, int otherwise) =>
        Find(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Returns the defaults of the training service, changed by <c>--set SETTING=VALUE</c>.</summary>
    public TrainingOptions ReadTrainingOptions()
    {
        var settings = arguments.Index().Where(argument => argument.Index > 0 && arguments[argument.Index - 1] == "--set")
            .Select(static argument => argument.Item.Split('=', 2))
            .ToDictionary(static setting => setting[0], static setting => (string?)setting[1]);
        var options = new TrainingOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().Bind(options);
        return options;
    }
}
