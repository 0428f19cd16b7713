using BenchmarkDotNet.Running;
using StreamBert.Benchmarks;
using StreamBert.Benchmarks.Learning;

if (args is [LearningCommand.Name, .. var arguments])
    return await LearningCommand.RunAsync(arguments, CancellationToken.None);
BenchmarkSwitcher.FromAssembly(typeof(TokenizerBenchmarks).Assembly).Run(args);
return 0;
