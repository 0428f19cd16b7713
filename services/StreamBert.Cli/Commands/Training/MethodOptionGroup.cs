using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Model.Adapters;
using StreamBert.Model.Training.Adapters;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Groups the options of the method of fine-tuning.</summary>
internal sealed class MethodOptionGroup
{
    private const int MaxRank = 512, MaxSize = 4096;
    private static readonly AdapterOptions Defaults = new();
    private static readonly string[] LowRank = [AdapterMethod.Lora, AdapterMethod.AdaLora];

    private readonly Option<string> _method = new("--method")
    {
        Description = "What is trained beside the heads: full: all parameters; lora: low-rank updates of the linear layers; adalora: the "
            + "same, with ranks by importance; adapter: bottlenecks in each layer. All but full write a small adapter package.",
        DefaultValueFactory = static _ => AdapterMethod.Full,
    };

    private readonly Option<int?> _rank = new("--rank")
    {
        Description = $"lora: rank of the updates; adalora: average rank at the end. Default: {Defaults.Rank}.",
    };

    private readonly Option<double?> _alpha = new("--alpha")
    {
        Description = $"lora, adalora: the updates are scaled by alpha / rank. Default: {Defaults.Alpha}.",
    };

    private readonly Option<string?> _targets = new("--targets")
    {
        Description = $"lora, adalora: layers with updates, separated by commas. Default: {string.Join(",", AdapterTarget.All)}.",
    };

    private readonly Option<double?> _dropout = new("--adapter-dropout")
    {
        Description = "lora, adalora: dropout probability of the input of the updates. Default: 0.05.",
    };

    private readonly Option<bool> _rsLora = new("--rslora") { Description = "lora: scale by alpha / √rank, for large ranks." };

    private readonly Option<int?> _initialRank = new("--initial-rank")
    {
        Description = "adalora: rank of each update at the start. Default: one and a half times --rank.",
    };

    private readonly Option<int?> _size = new("--adapter-size")
    {
        Description = $"adapter: size of the bottlenecks. Default: {Defaults.BottleneckSize}.",
    };

    /// <summary>The options with single values.</summary>
    public IReadOnlyList<Option> Searchable => [_method, _rank, _alpha, _dropout, _rsLora, _initialRank, _size];

    public IReadOnlyList<Option> All => [.. Searchable, _targets];

    public void AddTo(Command command)
    {
        _method.AcceptOnlyFromAmong([.. AdapterMethod.All]);
        foreach (var option in All)
            command.Add(option);
    }

    /// <exception cref="CliException">An option is out of range, or has no effect with the method.</exception>
    public AdapterOptions Read(ParseResult parsed)
    {
        var method = parsed.GetValue(_method)!;
        foreach (var option in (Option[])[_rank, _alpha, _targets, _dropout])
            RequireFitting(parsed, option, method, LowRank);
        RequireFitting(parsed, _rsLora, method, AdapterMethod.Lora);
        RequireFitting(parsed, _initialRank, method, AdapterMethod.AdaLora);
        RequireFitting(parsed, _size, method, AdapterMethod.Bottleneck);
        var rank = OptionRange.Require(_rank, parsed.GetValue(_rank) ?? Defaults.Rank, 1, MaxRank);
        return new()
        {
            Method = method,
            Rank = rank,
            Alpha = OptionRange.Require(_alpha, parsed.GetValue(_alpha) ?? Defaults.Alpha, double.Epsilon, double.MaxValue),
            Targets = ReadTargets(parsed),
            Dropout = OptionRange.Require(_dropout, parsed.GetValue(_dropout) ?? Defaults.Dropout, 0, 0.9),
            UseRsLora = parsed.GetValue(_rsLora),
            InitialRank = parsed.GetValue(_initialRank) is { } initial ? OptionRange.Require(_initialRank, initial, rank, MaxRank) : null,
            BottleneckSize = OptionRange.Require(_size, parsed.GetValue(_size) ?? Defaults.BottleneckSize, 1, MaxSize),
        };
    }

    private IReadOnlyList<string> ReadTargets(ParseResult parsed)
    {
        if (parsed.GetValue(_targets) is not { } value)
            return Defaults.Targets;
        var targets = value.Split(',', StringSplitOptions.TrimEntries).Distinct().ToList();
        return targets.Find(static target => !AdapterTarget.All.Contains(target)) is { } unknown
            ? throw new CliException($"--targets: there is no layer '{unknown}'; there are {string.Join(", ", AdapterTarget.All)}.")
            : targets;
    }

    private static void RequireFitting(ParseResult parsed, Option option, string method, params string[] methods)
    {
        if (parsed.GetResult(option) is { Implicit: false } && !methods.Contains(method))
            throw new CliException($"{option.Name} has no effect with --method {method}; it is for {string.Join(" and ", methods)}.");
    }
}
