using P2PStream.Tool;

using var interrupt = new InterruptSignal();
return await CommandLine.RunAsync(args, interrupt.Token);
