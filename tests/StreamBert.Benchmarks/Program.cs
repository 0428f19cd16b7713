using BenchmarkDotNet.Running;
using StreamBert.Benchmarks;
using StreamBert.Benchmarks.Adaptation;
using StreamBert.Benchmarks.Contention;
using StreamBert.Benchmarks.Learning;

switch (args)
{
    case [LearningCommand.Name, .. var arguments]:
        return await LearningCommand.RunAsync(new(arguments), CancellationToken.None);
    case [AdaptationCommand.Name, .. var arguments]:
        return await AdaptationCommand.RunAsync(new(arguments), CancellationToken.None);
    case [ContentionCommand.Name, .. var arguments]:
        return await ContentionCommand.RunAsync(new(arguments), CancellationToken.None);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(TokenizerBenchmarks).Assembly).Run(args);
        return 0;
}
