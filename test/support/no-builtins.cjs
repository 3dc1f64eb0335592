// Takes from Node what it has only since 20.16 and 22.3, as an older one would run a bundle.
delete process.getBuiltinModule;
